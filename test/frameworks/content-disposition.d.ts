import type { CreateOptions } from 'content-disposition';

// The types of Koa 3 still use the name that version 1 had for it.
declare module 'content-disposition' {
  export type Options = CreateOptions;
}
