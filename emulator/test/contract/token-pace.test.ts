import { expect } from 'chai';
import { TokenPace } from '../../src/contract/token-pace.js';

describe('the pace of token requests', () => {
  /** Runs with a clock that jumps. Returns the times of `count` requests, in seconds, and the lines that were printed. */
  const times = async (delayMs: number, count: number, requestMs = 0) => {
    let now = 1_000_000;
    const lines: string[] = [];
    const clock = {
      now: () => now,
      sleep: async (milliseconds: number) => {
        now += milliseconds;
      },
    };
    const pace = new TokenPace(delayMs, new AbortController().signal, clock, (line) => lines.push(line));
    const sent: number[] = [];
    for (let index = 0; index < count; index++) {
      await pace.wait();
      sent.push((now - 1_000_000) / 1000);
      now += requestMs;
    }
    return { sent, lines };
  };

  it('allows ten token requests in any minute, and says why it waits', async () => {
    const { sent, lines } = await times(6_500, 31, 200);
    for (const [index, time] of sent.entries()) {
      const inMinute = sent.filter((one) => one <= time && one > time - 60).length;
      expect(inMinute, `request ${index}`).to.be.at.most(10);
    }
    expect(sent.at(-1)).to.be.closeTo(195, 1);
    expect(lines).to.have.lengthOf(30);
    expect(lines[0]).to.equal("Waiting 7 s before token request 2, to keep to Monei's rate limit.");
  });

  it('does not wait if there was no request for some time', async () => {
    const { sent, lines } = await times(6_500, 3, 7_000);
    expect(sent).to.deep.equal([0, 7, 14]);
    expect(lines).to.deep.equal([]);
  });

  it('does not wait without a delay', async () => {
    expect((await times(0, 3)).sent).to.deep.equal([0, 0, 0]);
  });
});
