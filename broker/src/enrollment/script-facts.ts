/** What an install script holds; all of it was checked before. */
export interface ScriptFacts {
  hubName: string;
  /** `https://host:port/join/ID.SECRET`, as the machine reached the hub. */
  baseUrl: string;
  /** The hub's key, as curl pins it. */
  pin: string;
  version: string;
  agentSha256: string;
  /** `mdj1_...` */
  token: string;
}
