import { useLingui } from "@lingui/react/macro";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { DictionaryContext, useLoadedDictionary } from "@/components/figures/dictionary.ts";
import { FiguresSkeleton } from "@/components/states/figures-skeleton.tsx";
import { sessionQuery } from "@/lib/api/queries/session.ts";
import { SignedInProvider } from "@/lib/signed-in.tsx";
import { BottomNavigation } from "./bottom-navigation.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { NoOrganization } from "./no-organization.tsx";
import { Sidebar } from "./sidebar.tsx";
import { TopBar } from "./top-bar.tsx";

/** What surrounds every page of a signed-in user. */
export function Shell() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  // The session ended: the router is on its way to the login page.
  if (!session) return null;
  if (!session.organization) return <NoOrganization session={session} />;
  return (
    <SignedInProvider value={{ session, organization: session.organization }}>
      <Suspense fallback={<Loading />}>
        <Frame key={session.organization.id} />
      </Suspense>
    </SignedInProvider>
  );
}

function Loading() {
  return (
    <div className="mx-auto max-w-7xl p-4 sm:p-6">
      <FiguresSkeleton />
    </div>
  );
}

function Frame() {
  const { t } = useLingui();
  return (
    <DictionaryContext value={useLoadedDictionary()}>
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-primary px-4 py-2 text-primary-foreground focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t`Skip to the content`}
      </a>
      <div className="lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
        <Sidebar />
        <div className="min-w-0 pb-20 lg:pb-0">
          <TopBar />
          <ConnectionBanner />
          <main id="main" tabIndex={-1} className="mx-auto w-full max-w-7xl p-4 outline-none sm:p-6">
            <Outlet />
          </main>
        </div>
        <BottomNavigation />
      </div>
    </DictionaryContext>
  );
}
