import { describe, expect, it } from "vitest";
import { ApiError, hasCode, toApiError } from "./api-error.ts";

describe("errors of the API", () => {
  it("carry the code, the status and the time to wait", () => {
    const error = toApiError(429, { code: "too_many_attempts", detail: "Wait.", retryAfterSeconds: 240 });
    expect(error).toMatchObject({
      code: "too_many_attempts",
      status: 429,
      message: "Wait.",
      retryAfterSeconds: 240,
      isTemporary: false,
    });
    expect(hasCode(error, "too_many_attempts")).toBe(true);
  });

  it("are unexpected where a proxy answers with a page of its own", () => {
    for (const body of ["<html>", undefined, null, { code: 7 }]) expect(toApiError(502, body).code).toBe("unexpected_answer");
  });

  it("know what may pass by itself", () => {
    expect(ApiError.unreachable(new TypeError("fetch failed")).isTemporary).toBe(true);
    expect(toApiError(503, { code: "database_unavailable" }).isTemporary).toBe(true);
    expect(toApiError(404, { code: "not_found" }).isTemporary).toBe(false);
    expect(hasCode(new Error("other"), "not_found")).toBe(false);
  });
});
