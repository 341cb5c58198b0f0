import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * A library that takes long to load and that few runs of a command need: `late<typeof import('tldts')>('tldts')` answers what
 * gives it, and loads it the first time.
 */
export function late<Library>(name: string): () => Library {
  let library: Library | undefined;
  return () => {
    library ??= require(name) as Library;
    return library;
  };
}
