import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import Cable from "lucide-react/icons/cable";
import { useDictionary } from "@/components/figures/dictionary.ts";
import { StateMessage } from "@/components/states/state-message.tsx";
import { Button } from "@/components/ui/button.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { may } from "@/lib/policy.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";

export function NotConnected({ channel }: { channel: Schemas["ChannelId"] }) {
  const { t } = useLingui();
  const { session } = useSignedIn();
  const { channel: nameOf } = useDictionary();
  return (
    <StateMessage
      icon={Cable}
      title={t`${nameOf(channel)} is not connected yet`}
      text={t`Ask your platform team to add a data source for it. Its figures appear here after the first sync.`}
    >
      {may(session, "view_data_sources") && (
        <Button asChild variant="outline">
          <Link to="/sources">{t`Go to the data sources`}</Link>
        </Button>
      )}
    </StateMessage>
  );
}
