import { useLingui } from "@lingui/react/macro";
import { Segmented } from "@/components/ui/segmented.tsx";
import { chooseLocale } from "@/lib/i18n/activate.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";

export function LanguageSwitch() {
  const { t } = useLingui();
  return (
    <div className="mt-5 flex justify-center">
      <Segmented
        label={t`Language`}
        value={useLocale()}
        options={[
          { value: "vi", label: <span lang="vi">Tiếng Việt</span> },
          { value: "en", label: <span lang="en">English</span> },
        ]}
        onChange={(locale) => void chooseLocale(locale)}
      />
    </div>
  );
}
