import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { ApiError, type ErrorCode } from "@/lib/api/api-error.ts";

interface ErrorWords {
  title: MessageDescriptor;
  advice: MessageDescriptor;
}

const WORDS: Partial<Record<ErrorCode, ErrorWords>> = {
  unreachable: {
    title: msg`The server cannot be reached`,
    advice: msg`Check your internet connection. This page tries again by itself.`,
  },
  database_unavailable: {
    title: msg`The service is interrupted`,
    advice: msg`Your data is safe. This page tries again by itself; please wait a moment.`,
  },
  database_version: {
    title: msg`An upgrade is under way`,
    advice: msg`The service is back in a few minutes. This page tries again by itself.`,
  },
  organization_not_ready: {
    title: msg`Your organization is being set up`,
    advice: msg`This usually takes less than a minute. This page tries again by itself.`,
  },
  busy: {
    title: msg`Too many people at once`,
    advice: msg`This page tries again by itself in a moment.`,
  },
  timed_out: {
    title: msg`The answer took too long`,
    advice: msg`Choose a shorter period, or try again.`,
  },
  not_allowed: {
    title: msg`Your role does not allow this`,
    advice: msg`Ask your organization's CEO if you need to see it.`,
  },
  organization_changed: {
    title: msg`You work in another organization now`,
    advice: msg`It was switched in another tab. This page follows; try again if it does not.`,
  },
  no_organization: {
    title: msg`You belong to no organization`,
    advice: msg`Ask the owner of your organization to add your e-mail address.`,
  },
  not_found: {
    title: msg`There is nothing here`,
    advice: msg`Check the address, or go back to the overview.`,
  },
  invalid_parameter: {
    title: msg`This address does not make sense`,
    advice: msg`Choose another period, or go back to the overview.`,
  },
};

const UNKNOWN: ErrorWords = {
  title: msg`Something went wrong`,
  advice: msg`Try again. If it stays like this, tell your platform team what you did and when.`,
};

/** What happened and what to do, by the API's code. */
export function errorWords(error: unknown): ErrorWords {
  return (error instanceof ApiError && WORDS[error.code]) || UNKNOWN;
}
