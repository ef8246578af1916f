import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import Cable from "lucide-react/icons/cable";
import { StateMessage } from "@/components/states/state-message.tsx";
import { Button } from "@/components/ui/button.tsx";

export function NoSourcesYet() {
  const { t } = useLingui();
  return (
    <StateMessage
      icon={Cable}
      title={t`No channel is connected yet`}
      text={t`As soon as your platform team connects Google Ads, Google Analytics or your shop, the figures appear here by themselves.`}
    >
      <Button asChild variant="outline">
        <Link to="/sources">{t`Go to the data sources`}</Link>
      </Button>
    </StateMessage>
  );
}
