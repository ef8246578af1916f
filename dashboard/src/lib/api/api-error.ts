import type { components } from "./schema.ts";

type ProblemDetails = components["schemas"]["ProblemDetails"];

/** The API's codes, and two for when no proper answer came. */
export type ErrorCode = components["schemas"]["ProblemCode"] | "unreachable" | "unexpected_answer";

/** What went wrong with a request. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  /** Undefined when no answer came at all. */
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, details: { message?: string; status?: number; retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(details.message ?? code, { cause: details.cause });
    this.name = "ApiError";
    this.code = code;
    this.status = details.status;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  static unreachable(cause: unknown): ApiError {
    return new ApiError("unreachable", { cause });
  }

  /** True when the same request may succeed a moment later. */
  get isTemporary(): boolean {
    return this.code === "unreachable" || this.status === undefined || this.status >= 500 || this.status === 408;
  }
}

function isProblem(body: unknown): body is ProblemDetails {
  return typeof body === "object" && body !== null && "code" in body && typeof body.code === "string";
}

/** Reads problem details; a proxy's page in between becomes `unexpected_answer`. */
export function toApiError(status: number, body: unknown): ApiError {
  if (!isProblem(body)) return new ApiError("unexpected_answer", { status });
  const wait = body.retryAfterSeconds;
  return new ApiError(body.code, { message: body.detail, status, ...(wait == null ? {} : { retryAfterSeconds: wait }) });
}

export function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof ApiError && error.code === code;
}
