import { useLingui } from "@lingui/react/macro";
import CircleAlert from "lucide-react/icons/circle-alert";
import Info from "lucide-react/icons/info";
import X from "lucide-react/icons/x";
import { useEffect } from "react";
import { Alert } from "@/components/ui/alert.tsx";
import { Button } from "@/components/ui/button.tsx";
import { dismissNotice, useNotice } from "@/lib/notice.ts";

const INFO_STAYS = 15_000;

/** The latest notice over whatever page is shown; what failed stays until it is closed. */
export function NoticeBar() {
  const { t } = useLingui();
  const notice = useNotice();
  useEffect(() => {
    if (notice?.tone !== "info") return;
    const timer = setTimeout(dismissNotice, INFO_STAYS);
    return () => clearTimeout(timer);
  }, [notice]);
  if (!notice) return null;
  const bad = notice.tone === "bad";
  const Icon = bad ? CircleAlert : Info;
  return (
    <Alert
      role={bad ? "alert" : "status"}
      data-slot="notice"
      variant={bad ? "bad" : "info"}
      className="fixed inset-x-4 bottom-20 z-40 mx-auto max-w-md items-start shadow-lg lg:bottom-6"
    >
      <Icon aria-hidden="true" />
      <p className="min-w-0 flex-1">{t(notice.text)}</p>
      <Button variant="ghost" size="icon" className="-my-2 -mr-2" aria-label={t`Close`} onClick={dismissNotice}>
        <X aria-hidden="true" />
      </Button>
    </Alert>
  );
}
