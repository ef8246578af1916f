import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface StateMessageProps {
  icon: LucideIcon;
  title: string;
  text: string;
  role?: "alert" | "status";
  children?: ReactNode;
}

/** What stands where there is nothing to show: why, and what to do. */
export function StateMessage({ icon: Icon, title, text, role, children }: StateMessageProps) {
  return (
    <div {...(role ? { role } : {})} className="flex flex-col items-center px-6 py-14 text-center">
      <span className="mb-4 rounded-full bg-muted p-3 text-muted-foreground">
        <Icon className="size-6" aria-hidden="true" />
      </span>
      <p className="text-base font-semibold">{title}</p>
      <p className="mt-1 max-w-md text-sm text-pretty text-muted-foreground">{text}</p>
      {children && <div className="mt-5 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}
