import { useLingui } from "@lingui/react/macro";
import Monitor from "lucide-react/icons/monitor";
import Moon from "lucide-react/icons/moon";
import Sun from "lucide-react/icons/sun";
import { DropdownMenuLabel, DropdownMenuRadioGroup, DropdownMenuRadioItem } from "@/components/ui/dropdown-menu.tsx";
import { chooseLocale } from "@/lib/i18n/activate.ts";
import { LOCALES, type Locale, matchLocale } from "@/lib/i18n/locale.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";
import { chooseTheme, THEMES, useTheme } from "@/lib/theme.ts";

/** Each language in its own words. */
const LANGUAGES: Record<Locale, string> = { vi: "Tiếng Việt", en: "English" };

const THEME_ICONS = { light: Sun, dark: Moon, system: Monitor };

export function LanguageChoice() {
  const { t } = useLingui();
  const choose = (value: string) => {
    const locale = matchLocale(value);
    if (locale) void chooseLocale(locale);
  };
  return (
    <>
      <DropdownMenuLabel>{t`Language`}</DropdownMenuLabel>
      <DropdownMenuRadioGroup value={useLocale()} onValueChange={choose}>
        {LOCALES.map((locale) => (
          <DropdownMenuRadioItem key={locale} value={locale} lang={locale}>
            {LANGUAGES[locale]}
          </DropdownMenuRadioItem>
        ))}
      </DropdownMenuRadioGroup>
    </>
  );
}

export function ThemeChoice() {
  const { t } = useLingui();
  const names = { light: t`Light`, dark: t`Dark`, system: t`Like the system` };
  const choose = (value: string) => {
    const theme = THEMES.find((one) => one === value);
    if (theme) chooseTheme(theme);
  };
  return (
    <>
      <DropdownMenuLabel>{t`Appearance`}</DropdownMenuLabel>
      <DropdownMenuRadioGroup value={useTheme()} onValueChange={choose}>
        {THEMES.map((theme) => {
          const Icon = THEME_ICONS[theme];
          return (
            <DropdownMenuRadioItem key={theme} value={theme}>
              <Icon aria-hidden="true" />
              {names[theme]}
            </DropdownMenuRadioItem>
          );
        })}
      </DropdownMenuRadioGroup>
    </>
  );
}
