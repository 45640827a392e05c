/** The envelope of nearly every response. `errors` is empty on success, and the guides do not show it. */
export interface MoneiEnvelope<Data> {
  statusCode: number;
  message: string;
  data: Data;
  errors?: Record<string, unknown> | string;
}

/** The body of an error response (docs.monei.cc/connect/errors). `message` is a list if a body or query is invalid. */
export interface MoneiErrorResponse {
  statusCode: number;
  message: string | string[];
  error?: string | { details?: Record<string, unknown> };
}

/** The times when a record was created, changed and deleted. */
export interface MoneiDates {
  createdAt?: string;
  updatedAt?: string;
  deletedDate?: string | null;
}
