/** How an agent is started: everything a service manager has to know. */
export interface OsServiceSpec {
  /** Absolute path of the Node.js that runs it. */
  node: string;
  /** Absolute path of the agent's program. */
  program: string;
  dataFolder: string;
}

export interface OsServiceStatus {
  installed: boolean;
  running: boolean;
  /** The service manager, and where it was told of the agent. */
  where: string;
}

/** One system's way of starting a program by itself, after a crash and after a reboot. */
export interface ServiceManager {
  name: string;
  /** Undefined where it works here; else why not, in words. */
  unusable(): Promise<string | undefined>;
  /** Installs, or replaces, and starts. Gives a remark for people where there is one. */
  install(spec: OsServiceSpec): Promise<string | undefined>;
  uninstall(): Promise<void>;
  status(): Promise<OsServiceStatus>;
  /** The data folder of the agent that is installed as this service, where that can be told. */
  dataFolder(): Promise<string | undefined>;
}

export interface Ran {
  code: number;
  output: string;
}

/** What a service manager touches of the machine; tests give it another one. */
export interface Surroundings {
  platform: NodeJS.Platform;
  isRoot: boolean;
  userName: string;
  home: string;
  env: NodeJS.ProcessEnv;
  run: (command: string, args: readonly string[]) => Promise<Ran>;
  exists: (path: string) => boolean;
  /** Undefined where there is no such file. */
  read: (path: string) => Promise<string | undefined>;
  write: (path: string, text: string, mode: number) => Promise<void>;
  remove: (path: string) => Promise<void>;
}

export const serviceName = 'meshdeck-node';
