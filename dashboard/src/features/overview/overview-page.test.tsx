import { cleanup, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Schemas } from "@/lib/api/client.ts";
import { addDays, endOfMonth, startOfMonth, todayIn } from "@/lib/dates/civil.ts";
import { ratio } from "@/lib/format/number.ts";
import { dayRange } from "@/lib/format/time.ts";
import { HANOI } from "@/testing/fake-api/business.ts";
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
    await user.click(await screen.findByRole("button", { name: /^7 ngày qua/ }));
    expect(location().search).toMatchObject({ range: "last_7_days", compare: "none" });
    await user.click(await screen.findByRole("button", { name: /7 ngày qua/ }));
    await user.click(await screen.findByRole("button", { name: /^28 ngày qua/ }));
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

  it("tells behind each card what it has no room for, for fingers and keyboards as well", async () => {
    const { browser, user } = await renderApp("/");
    await user.click(await screen.findByRole("button", { name: "ROAS theo nền tảng là gì?" }));
    const details = within(await screen.findByRole("dialog"));
    const { kpis } = await overviewOf(browser);
    const before = kpis.find(({ metric }) => metric === "roas")?.figures[0]?.figure.comparison?.value ?? "";
    expect(details.getByText("Kỳ so sánh").nextSibling?.textContent).toBe(ratio(before as `${number}`, "vi"));
    expect(details.getByText("Đọc lúc").nextSibling?.textContent).toMatch(/^\d\d:\d\d, /);
    expect(details.getByText("Đồng bộ kế tiếp").nextSibling?.textContent).toMatch(/^\d\d:\d\d, /);
    expect(details.getByText(/ = Giá trị chuyển đổi ÷ Chi phí quảng cáo$/)).toBeTruthy();
    expect(details.getByText("Một số ngày vẫn đang cập nhật")).toBeTruthy();
  });

  it("says why there is no change, and that the running day is left out of it", async () => {
    const today = todayIn(HANOI);
    const { view } = await renderApp(`/?from=${addDays(today, -2)}&to=${today}`);
    await waitFor(() =>
      expect(view.container.querySelectorAll('[data-kpi] [data-slot="comparison-note"]').length).toBeGreaterThan(5),
    );
    expect(screen.getByText(/thay đổi được so sánh không tính hôm nay/)).toBeTruthy();
    expect(screen.getByText("so sánh không tính ngày chưa kết thúc")).toBeTruthy();
    expect(view.container.querySelector('[data-kpi="spend"]')?.textContent).toContain("không tính ngày đang chạy");
    cleanup();
    const second = await renderApp("/?range=today");
    await waitFor(() => expect(second.view.container.querySelector('[data-change-absence="running_days"]')).toBeTruthy());
    expect(screen.getAllByText("Không so sánh được: chưa ngày nào kết thúc").length).toBeGreaterThan(5);
  });

  it("asks for the month before a month, and says which days that are", async () => {
    const { browser } = await renderApp("/?range=last_month");
    await screen.findByRole("region", { name: "Chỉ số chính" });
    const asked = new URLSearchParams(browser.requests.findLast((request) => request.includes("/overview?"))?.split("?")[1]);
    const today = todayIn(HANOI);
    expect(asked.get("compare")).toBe("custom");
    expect(asked.get("compareFrom")).toBe(startOfMonth(today, -2));
    expect(asked.get("compareTo")).toBe(endOfMonth(today, -2));
    const days = dayRange({ from: startOfMonth(today, -2), to: endOfMonth(today, -2) }, "vi");
    expect(screen.getByRole("button", { name: `So sánh với Kỳ liền trước ${days}` })).toBeTruthy();
  });

  it("names the metric behind each word on the books, how fresh it is, and why there is no share", async () => {
    const { browser, view, queryClient } = await renderApp("/");
    await waitFor(() => expect(view.container.querySelector("[data-topic]")).toBeTruthy());
    const topic = () => view.container.querySelector<HTMLElement>('[data-topic="orders"]');
    expect(topic()?.textContent).toContain(" · Chuyển đổi");
    expect(topic()?.querySelectorAll('[data-slot="freshness"]').length).toBe(3);
    const overview = await overviewOf(browser);
    browser.interruption = (request) =>
      request.url.includes("/overview?")
        ? Response.json({
            ...overview,
            reconciliation: overview.reconciliation.map((row) => ({
              ...row,
              claimedOverRecorded: null,
              claimedAbsence: "missing_days",
            })),
          })
        : undefined;
    await queryClient.refetchQueries();
    expect((await screen.findAllByText("Có ngày chưa tải được nên các số liệu không cùng phạm vi ngày")).length).toBe(2);
  });

  it("says it in English as well", async () => {
    await renderApp("/", { locale: "en" });
    expect(await screen.findByText("Who says what")).toBeTruthy();
    expect(screen.getAllByText("Claimed").length).toBeGreaterThan(0);
  });
});
