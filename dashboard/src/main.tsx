import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { activateLocale, initialLocale } from "@/lib/i18n/activate.ts";
import { followSystemTheme } from "@/lib/theme.ts";
import { App } from "./app/app.tsx";
import { createApp } from "./app/create-app.ts";
import "./app/styles.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

followSystemTheme();
await activateLocale(initialLocale());
createRoot(root).render(
  <StrictMode>
    <App {...createApp()} />
  </StrictMode>,
);
