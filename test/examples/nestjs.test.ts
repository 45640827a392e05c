import { describeSmallExample } from './small-example.js';

describeSmallExample('nestjs');
