import express from 'express';

const app = express();
app.set('trust proxy', 1);

import { rateLimit } from 'express-rate-limit';

const withCode = {
  windowMs: 60_000,
  skip: (req) => !('code' in req.query),
  standardHeaders: true, // with Retry-After
  legacyHeaders: false,
};
app.use(
  '/auth/monei/callback',
  rateLimit({ ...withCode, limit: 5 }), // for each address
  rateLimit({ ...withCode, limit: 8, keyGenerator: () => 'app', statusCode: 503 }),
);

app.get('/auth/monei/callback', (req, res) => res.send('called'));
const { PORT = 3000 } = process.env;
app.listen(PORT, (error) => {
  if (error) throw error;
  console.log(`Open http://localhost:${PORT}`);
});
