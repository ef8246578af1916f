import { createContext, type ReactNode, useContext } from "react";
import type { Schemas } from "./api/client.ts";

/** The session of a page that only members of an organization see. */
export interface SignedIn {
  session: Schemas["Session"];
  organization: Schemas["Organization"];
}

const Context = createContext<SignedIn | undefined>(undefined);

export function SignedInProvider({ value, children }: { value: SignedIn; children: ReactNode }) {
  return <Context value={value}>{children}</Context>;
}

export function useSignedIn(): SignedIn {
  const value = useContext(Context);
  if (!value) throw new Error("This page needs a SignedInProvider around it");
  return value;
}
