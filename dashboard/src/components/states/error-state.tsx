import { useLingui } from "@lingui/react/macro";
import CloudOff from "lucide-react/icons/cloud-off";
import RefreshCw from "lucide-react/icons/refresh-cw";
import { Button } from "@/components/ui/button.tsx";
import { errorWords } from "./error-words.ts";
import { StateMessage } from "./state-message.tsx";

/** Instead of what could not be loaded. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useLingui();
  const { title, advice } = errorWords(error);
  return (
    <StateMessage role="alert" icon={CloudOff} title={t(title)} text={t(advice)}>
      <Button variant="outline" onClick={onRetry}>
        <RefreshCw aria-hidden="true" />
        {t`Try again`}
      </Button>
    </StateMessage>
  );
}
