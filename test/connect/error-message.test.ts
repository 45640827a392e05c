import { expect } from 'chai';
import { readErrorMessage } from '../../src/connect/responses.js';

describe('readErrorMessage', () => {
  for (const [name, body, expected] of [
    ['a text', '{"message":"Invalid scope"}', 'Invalid scope'],
    [
      'a list of texts',
      '{"message":["code must be a string","code is empty"]}',
      'code must be a string; code is empty',
    ],
    ['a list with something else in it', '{"message":["one",2,null]}', 'one'],
    ['no message', '{"error":"Unauthorized"}', undefined],
    ['an object for a message', '{"message":{"a":1}}', undefined],
    ['an empty message', '{"message":""}', undefined],
    ['HTML', '<h1>Bad gateway</h1>', undefined],
    ['an empty body', '', undefined],
  ] as const) {
    it(`reads ${name}`, () => expect(readErrorMessage(body)).to.equal(expected));
  }
});
