import { useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import CircleAlert from "lucide-react/icons/circle-alert";
import type { FormEvent, ReactNode } from "react";
import { Alert } from "@/components/ui/alert.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Input, Label } from "@/components/ui/input.tsx";
import { logIn, type Session } from "@/lib/api/queries/session.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { loginErrorWords } from "./login-error-words.ts";

interface LoginPageProps {
  /** True when the session ended while the user was at work. */
  expired: boolean;
  onSignedIn: (session: Session) => void;
  logo: ReactNode;
}

export function LoginPage({ expired, onSignedIn, logo }: LoginPageProps) {
  const { t } = useLingui();
  const { mutate, isPending, error } = useMutation({ mutationFn: logIn, onSuccess: onSignedIn });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    mutate({ email: text(form.get("email")).trim(), password: text(form.get("password")) });
  };
  const message = error && loginErrorWords(error);
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          {logo}
          <div>
            <h1 className="text-xl font-semibold tracking-tight">Digital Performance Optimizer</h1>
            <p className="mt-1 text-sm text-pretty text-muted-foreground">{t`All your marketing channels in one honest view`}</p>
          </div>
        </div>
        <form onSubmit={submit} className="space-y-4 rounded-xl border bg-card p-5 sm:p-6" noValidate>
          {expired && !message && (
            <Alert role="status">
              <CircleAlert aria-hidden="true" />
              {t`Your session has ended. Sign in again and you continue where you were.`}
            </Alert>
          )}
          {message && (
            <Alert variant="bad" role="alert">
              <CircleAlert aria-hidden="true" />
              {t(message)}
            </Alert>
          )}
          <div className="space-y-1.5">
            <Label htmlFor="email">{t`E-mail`}</Label>
            <Input
              id="email"
              name="email"
              type="email"
              autoComplete="username"
              inputMode="email"
              autoCapitalize="none"
              spellCheck={false}
              required
            />
          </div>
          <div className="space-y-1.5">
            <Label htmlFor="password">{t`Password`}</Label>
            <Input id="password" name="password" type="password" autoComplete="current-password" required />
          </div>
          <Button type="submit" className="h-11 w-full md:h-10" aria-disabled={isPending}>
            {isPending ? t`Signing in…` : t`Sign in`}
          </Button>
          <p className="text-center text-xs text-pretty text-muted-foreground">{t`No password, or forgotten? Ask the person who runs the platform for you.`}</p>
        </form>
        <LanguageSwitch />
      </div>
    </main>
  );
}

function text(value: FormDataEntryValue | null): string {
  return typeof value === "string" ? value : "";
}
