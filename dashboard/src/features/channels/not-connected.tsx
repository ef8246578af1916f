import { useLingui } from "@lingui/react/macro";
import Cable from "lucide-react/icons/cable";
import { useDictionary } from "@/components/figures/dictionary.ts";
import { StateMessage } from "@/components/states/state-message.tsx";
import type { Schemas } from "@/lib/api/client.ts";

export function NotConnected({ channel }: { channel: Schemas["ChannelId"] }) {
  const { t } = useLingui();
  const { channel: nameOf } = useDictionary();
  return (
    <StateMessage
      icon={Cable}
      title={t`${nameOf(channel)} is not connected yet`}
      text={t`Ask your platform team to add a data source for it. Its figures appear here after the first sync.`}
    />
  );
}
