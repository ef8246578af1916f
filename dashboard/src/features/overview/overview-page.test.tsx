import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Schemas } from "@/lib/api/client.ts";
import { renderApp } from "@/testing/render-app.tsx";

async function overviewOf(browser: {
  fetch: (request: Request) => Promise<Response>;
  requests: string[];
}): Promise<Schemas["Overview"]> {
  const asked = browser.requests.findLast((request) => request.includes("/overview?"))?.split(" ")[1] ?? "";
  return (await (await browser.fetch(new Request(`http://localhost${asked}`))).json()) as Schemas["Overview"];
}

describe("overview", () => {
  it("shows every key figure exactly as the API says", async () => {
    const { browser, view } = await renderApp("/");
    await screen.findByRole("heading", { name: "Tổng quan" });
    await screen.findByRole("region", { name: "Chỉ số chính" });
    const { kpis } = await overviewOf(browser);
    expect(kpis.length).toBeGreaterThan(5);
    for (const { metric, figures } of kpis) {
      const shown = view.container.querySelector(`[data-kpi="${metric}"] data`);
      expect(shown?.getAttribute("value")).toBe(figures[0]?.figure.value);
    }
  });

  it("asks for the period of the address, and puts a chosen one there", async () => {
    const { browser, user, location } = await renderApp("/?range=last_month&compare=none");
    await user.click(await screen.findByRole("button", { name: /Tháng trước/ }));
    await user.click(await screen.findByRole("button", { name: "7 ngày qua" }));
    expect(location().search).toMatchObject({ range: "last_7_days", compare: "none" });
    await user.click(await screen.findByRole("button", { name: /7 ngày qua/ }));
    await user.click(await screen.findByRole("button", { name: "28 ngày qua" }));
    expect(location().search).toEqual({ compare: "none" });
    expect(browser.requests.filter((request) => request.includes("/overview?")).length).toBeGreaterThanOrEqual(3);
    expect(browser.requests.every((request) => !request.includes("compare=previous"))).toBe(true);
  });

  it("draws the metric whose card is clicked, and shows it as a table", async () => {
    const { user, location } = await renderApp("/");
    const card = await screen.findByRole("button", { name: /Đơn hàng/, pressed: false });
    await user.click(card);
    expect(location().search).toEqual({ metric: "orders" });
    expect(screen.getByRole("heading", { name: "Đơn hàng", level: 2 })).toBeTruthy();
    await user.click(screen.getByRole("radio", { name: "Bảng" }));
    const table = screen.getByRole("table", { name: "Đơn hàng theo từng ngày" });
    expect(within(table).getAllByRole("row")).toHaveLength(29);
  });

  it("says it in English as well", async () => {
    await renderApp("/", { locale: "en" });
    expect(await screen.findByText("Who says what")).toBeTruthy();
    expect(screen.getAllByText("Claimed").length).toBeGreaterThan(0);
  });
});
