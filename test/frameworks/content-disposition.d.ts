import type { CreateOptions } from 'content-disposition';

// The types of Koa 3 use the name of version 1.
declare module 'content-disposition' {
  export type Options = CreateOptions;
}
