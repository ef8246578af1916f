import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { ApiError } from "@/lib/api/api-error.ts";

/** Why the login failed and what to do. */
export function loginErrorWords(error: Error): MessageDescriptor {
  if (!(error instanceof ApiError)) return msg`Something went wrong. Try again.`;
  switch (error.code) {
    case "wrong_credentials":
    case "invalid_body":
      return msg`The e-mail address or the password is wrong. Check both and try again.`;
    case "too_many_attempts": {
      const minutes = Math.max(1, Math.ceil((error.retryAfterSeconds ?? 60) / 60));
      return msg`Too many failed attempts. Try again in ${minutes} min.`;
    }
    case "unreachable":
      return msg`The server cannot be reached. Check your internet connection.`;
    default:
      return error.isTemporary
        ? msg`The service is interrupted. Your data is safe; try again in a moment.`
        : msg`Something went wrong. Try again.`;
  }
}
