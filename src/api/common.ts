/** What stands around nearly every answer. `errors` is empty on success, and the guides leave it out. */
export interface MoneiEnvelope<Data> {
  statusCode: number;
  message: string;
  data: Data;
  errors?: Record<string, unknown> | string;
}

/** An error (docs.monei.cc/connect/errors). `message` is a list where a body or a query was wrong. */
export interface MoneiErrorResponse {
  statusCode: number;
  message: string | string[];
  error?: string | { details?: Record<string, unknown> };
}

/** When a record was made, changed and deleted. */
export interface MoneiDates {
  createdAt?: string;
  updatedAt?: string;
  deletedDate?: string | null;
}
