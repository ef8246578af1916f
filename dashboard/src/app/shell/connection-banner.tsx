import { useLingui } from "@lingui/react/macro";
import WifiOff from "lucide-react/icons/wifi-off";
import { useOnline } from "@/lib/use-online.ts";

/** Says that the figures stand still because the browser has no network. */
export function ConnectionBanner() {
  const { t } = useLingui();
  if (useOnline()) return null;
  return (
    <p
      role="status"
      className="flex items-center justify-center gap-2 bg-warning-surface px-4 py-2 text-center text-sm text-warning"
    >
      <WifiOff className="size-4 shrink-0" aria-hidden="true" />
      {t`You are offline. The figures are those that were loaded last.`}
    </p>
  );
}
