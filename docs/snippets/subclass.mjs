import { MoneiStrategy } from 'passport-monei';

export class TierStrategy extends MoneiStrategy {
  userProfile(accessToken, done) {
    super.userProfile(accessToken, (error, profile) => {
      if (error) return done(error);
      done(null, { ...profile, canSend: profile.grant.granted.includes('wallet:send') });
    });
  }
}

const { MONEI_CLIENT_ID: clientID, MONEI_CLIENT_SECRET: clientSecret } = process.env;
const options = { clientID, clientSecret, callbackURL: 'http://localhost:3000/auth/monei/callback' };
const strategy = new TierStrategy(options, async (accessToken, refreshToken, profile) => profile);
strategy.userProfile('mct_ada', (error, { id, canSend }) => console.log(error, id, canSend));
