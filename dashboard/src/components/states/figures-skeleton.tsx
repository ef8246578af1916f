import { useLingui } from "@lingui/react/macro";
import { Skeleton } from "@/components/ui/skeleton.tsx";

const CARDS = Array.from({ length: 8 }, (_, index) => index);

/** The shape of a page of figures while it loads. */
export function FiguresSkeleton() {
  const { t } = useLingui();
  return (
    <div role="status" className="space-y-4">
      <span className="sr-only">{t`Loading figures…`}</span>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-4 xl:gap-4">
        {CARDS.map((card) => (
          <Skeleton key={card} className="h-44 rounded-xl" />
        ))}
      </div>
      <Skeleton className="h-96 rounded-xl" />
      <Skeleton className="h-64 rounded-xl" />
    </div>
  );
}
