import { useLingui } from "@lingui/react/macro";
import { SourcesPage } from "@/features/sources/sources-page.tsx";
import { PageTitle } from "../page-title.tsx";

export function SourcesRoute() {
  const { t } = useLingui();
  return (
    <>
      <PageTitle title={t`Data sources`} />
      <SourcesPage />
    </>
  );
}
