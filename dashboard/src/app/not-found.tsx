import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import Compass from "lucide-react/icons/compass";
import { StateMessage } from "@/components/states/state-message.tsx";
import { Button } from "@/components/ui/button.tsx";
import { PageTitle } from "./page-title.tsx";

/** For addresses that lead nowhere, inside the frame of a page. */
export function NotFoundMessage() {
  const { t } = useLingui();
  return (
    <>
      <PageTitle title={t`Page not found`} />
      <h1 className="sr-only">{t`Page not found`}</h1>
      <StateMessage
        icon={Compass}
        title={t`Page not found`}
        text={t`This address does not exist. Maybe the link is old or has a typing mistake.`}
      >
        <Button asChild>
          <Link to="/">{t`Go to the overview`}</Link>
        </Button>
      </StateMessage>
    </>
  );
}

export function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-xl flex-col justify-center">
      <NotFoundMessage />
    </main>
  );
}
