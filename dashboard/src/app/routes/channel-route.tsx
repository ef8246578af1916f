import { getRouteApi } from "@tanstack/react-router";
import { useDictionary } from "@/components/figures/dictionary.ts";
import { ChannelPage } from "@/features/channels/channel-page.tsx";
import { NotFoundMessage } from "../not-found.tsx";
import { PageTitle } from "../page-title.tsx";
import { usePeriod } from "./use-period.ts";

const route = getRouteApi("/signed-in/channels/$channel");

export function ChannelRoute() {
  const { channel: name } = route.useParams();
  const { metric } = route.useSearch();
  const navigate = route.useNavigate();
  const period = usePeriod();
  const dictionary = useDictionary();
  const channel = dictionary.channels.find((one) => one === name);
  if (!channel) return <NotFoundMessage />;
  return (
    <>
      <PageTitle title={dictionary.channel(channel)} />
      <ChannelPage
        key={channel}
        channel={channel}
        {...period}
        metric={metric}
        onMetricChange={(next) =>
          void navigate({ search: (search) => ({ ...search, metric: next }), replace: true, resetScroll: false })
        }
        onPeriodChange={(change) => void navigate({ search: (search) => ({ ...search, ...change }), resetScroll: false })}
      />
    </>
  );
}
