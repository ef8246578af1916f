import { FiguresSkeleton } from "@/components/states/figures-skeleton.tsx";

export function RoutePending() {
  return (
    <div className="p-4 sm:p-6">
      <FiguresSkeleton />
    </div>
  );
}
