import { useLingui } from "@lingui/react/macro";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useRouter } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { DictionaryContext, useLoadedDictionary } from "@/components/figures/dictionary.ts";
import { FiguresSkeleton } from "@/components/states/figures-skeleton.tsx";
import { type Session, sessionQuery } from "@/lib/api/queries/session.ts";
import { listenToOtherTabs } from "@/lib/other-tabs.ts";
import { SignedInProvider } from "@/lib/signed-in.tsx";
import { followSession, useOrganizationMoves } from "../follow-session.ts";
import { sendToLogin } from "../send-to-login.ts";
import { BottomNavigation } from "./bottom-navigation.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { NoOrganization } from "./no-organization.tsx";
import { NoticeBar } from "./notice-bar.tsx";
import { Sidebar } from "./sidebar.tsx";
import { TopBar } from "./top-bar.tsx";

/** What surrounds every page of a signed-in user. */
export function Shell() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const queryClient = useQueryClient();
  useEffect(() => listenToOtherTabs(() => void followSession(queryClient)), [queryClient]);
  useOrganizationMoves(session);
  if (!session) return <SessionEnded />;
  return (
    <>
      <SignedInPages session={session} />
      <NoticeBar />
    </>
  );
}

function SignedInPages({ session }: { session: Session }) {
  const { organization } = session;
  if (!organization) return <NoOrganization session={session} />;
  return (
    <SignedInProvider value={{ session, organization }}>
      <Suspense fallback={<Loading />}>
        <Frame key={organization.id} />
      </Suspense>
    </SignedInProvider>
  );
}

/** The session was found to be over by asking for it alone, such as on coming back to the page. */
function SessionEnded() {
  const router = useRouter();
  useEffect(() => sendToLogin(router), [router]);
  return <Loading />;
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
