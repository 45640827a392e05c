import { expect } from 'chai';
import { databaseError } from '../../../src/tokens/stores/database-error.js';
import { everythingIn } from '../../helpers/everything-in.js';

describe('databaseError', () => {
  const failures: [unknown, string][] = [
    [new Error('no space left'), 'no space left'],
    ['gone', 'gone'],
    [undefined, 'undefined'],
    [null, 'null'],
    // An error of another realm, as in Jest.
    [{ message: 'no space left' }, 'no space left'],
    [new (class TimeoutError extends Error {})(), 'TimeoutError'],
    // As Node's, if each address of a host refuses the connection.
    [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ];
  for (const [failure, reason] of failures) {
    it(`returns an error with the message ${reason} for ${JSON.stringify(failure) ?? failure}`, () => {
      expect(databaseError('Redis', failure, []))
        .to.be.an('error')
        .with.property('message', `passport-monei: Redis: ${reason}`);
    });
  }

  it('has the code of the client’s error, if that has one', () => {
    const failure = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    expect(databaseError('Redis', failure, [])).to.have.property('code', 'ECONNREFUSED');
    expect(databaseError('Redis', new Error('refused'), [])).to.not.have.property('code');
  });

  it('shows no values, no text that looks like a token, and no other properties of the error', () => {
    const failure = Object.assign(new Error('bad value correct-horse-battery near mct_123456789'), {
      command: { args: ['mct_123456789'] },
      detail: 'correct-horse-battery',
    });
    const error = databaseError('PostgreSQL', failure, ['correct-horse-battery']);
    expect(error.message).to.equal('passport-monei: PostgreSQL: bad value […] near […]');
    expect(everythingIn(error)).to.not.match(/mct_|horse/);
  });
});
