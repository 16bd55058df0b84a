import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import createModule from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';

/** libjpeg-turbo as WebAssembly: the same pixels as Pillow and OpenCV give, on every platform. */
export interface JpegCodec {
  /** Red, green, blue and opacity of every pixel. @throws what stopped it, where the file is damaged */
  decode(file: Uint8Array): Uint8ClampedArray;
  /** What libjpeg complained of since this was asked last. */
  complaints(): string[];
}

const moduleName = 'mozjpeg_dec.wasm';

/** As much of it as is used here; Node's types leave it out. */
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>;
  Instance: new (module: object, imports: object) => { exports: object };
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };

/** What Emscripten's factory takes: its own types leave out the half of it. */
type CreateModule = (options: {
  noInitialRun: boolean;
  instantiateWasm: (imports: object, done: (instance: object) => void) => object;
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<{ decode(file: Uint8Array, preserveOrientation: boolean): { data: Uint8ClampedArray } | null }>;

let compiled: Promise<object> | undefined;

/** Beside the program, where it is bundled; else where npm put it. */
async function readModule(): Promise<Buffer> {
  try {
    return await readFile(new URL(moduleName, import.meta.url));
  } catch {
    const require = createRequire(import.meta.url);
    return readFile(require.resolve(`@jsquash/jpeg/codec/dec/${moduleName}`));
  }
}

export async function startJpegCodec(): Promise<JpegCodec> {
  compiled ??= readModule().then((bytes) => WebAssembly.compile(bytes));
  const module = await compiled;
  let said: string[] = [];
  const codec = await (createModule as unknown as CreateModule)({
    noInitialRun: true,
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
    print: () => undefined,
    printErr: (line) => said.push(line),
  });
  return {
    decode(file) {
      const picture = codec.decode(file, false);
      if (picture === null) throw new Error('Nothing was decoded.');
      return picture.data;
    },
    complaints() {
      const lines = said;
      said = [];
      return lines;
    },
  };
}
