import type { TokenKeeper } from 'passport-monei/tokens';

/** The method of Monei's Node SDK that sets the access token of the next requests. */
interface BearerClient {
  setBearerToken(token: string): void;
}

/**
 * Calls `use` with an SDK that has the user's access token. If Monei's API refuses the token with 401, refreshes it and
 * calls `use` a second time. So `use` should send one request: a 401 means that Monei did not act on it.
 *
 * @param createSDK makes an SDK for this call only. With an SDK that users share, a request could have the token of
 * another user.
 */
export async function withMoneiSDK<SDK extends BearerClient, T>(
  keeper: TokenKeeper,
  userId: string,
  createSDK: () => SDK,
  use: (sdk: SDK) => Promise<T>,
): Promise<T> {
  const sdk = createSDK();
  const token = await keeper.accessToken(userId);
  sdk.setBearerToken(token);
  try {
    return await use(sdk);
  } catch (error) {
    if (Object(error).statusCode !== 401) throw error;
    sdk.setBearerToken(await keeper.accessToken(userId, { refused: token }));
    return use(sdk);
  }
}
