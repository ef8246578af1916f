import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Schemas } from "@/lib/api/client.ts";

export const ROLE_NAMES: Record<Schemas["Role"], MessageDescriptor> = {
  ceo: msg`CEO`,
  director: msg`Director`,
  staff: msg`Staff`,
};
