import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { channelDetail } from "@/testing/fake-api/channel-answers.ts";
import { coffeeRoaster } from "@/testing/fake-api/coffee-roaster.ts";
import { renderApp } from "@/testing/render-app.tsx";

const firstCells = (table: HTMLElement) =>
  [...table.querySelectorAll("tbody tr")].map((row) => row.querySelector("th")?.textContent ?? "");

describe("a channel", () => {
  it("lists its campaigns down to what belongs to none, sorts them and ends with the channel's total", async () => {
    const { user, view } = await renderApp("/channels/google_ads");
    const table = await screen.findByRole("table", { name: "Chiến dịch" });
    const before = firstCells(table);
    expect(before.at(-1)).toContain("Chưa phân bổ");
    await user.click(within(table).getByText("Lượt nhấp"));
    await user.click(within(table).getByText("Lượt nhấp"));
    const after = firstCells(table);
    expect(after[0]).not.toBe(before[0]);
    expect(after.at(-1)).toContain("Chưa phân bổ");
    const total = table.querySelector('[data-row="total"] data[data-metric="spend"]')?.getAttribute("value");
    expect(total).toBe(view.container.querySelector('[data-kpi="spend"] data')?.getAttribute("value"));
    await user.click(screen.getByText("Xem tất cả 13 dòng"));
    expect(firstCells(table)).toHaveLength(13);
  });

  it("that is not connected says so, with a way to the data sources", async () => {
    const question = { today: "2026-11-23", current: { from: "2026-11-01", to: "2026-11-02" }, comparison: undefined };
    const empty = channelDetail({ ...coffeeRoaster, connections: [] }, "shop", question);
    const { user, location } = await renderApp("/channels/shop", {
      interruption: (request) => (request.url.includes("/channels/shop") ? Response.json(empty) : undefined),
    });
    expect(await screen.findByText(/chưa được kết nối/)).toBeTruthy();
    await user.click(screen.getByRole("link", { name: "Đến nguồn dữ liệu" }));
    expect(location().pathname).toBe("/sources");
  });

  it("that does not exist is not found, inside the frame", async () => {
    await renderApp("/channels/radio", { locale: "en" });
    expect(await screen.findByText("This address does not exist. Maybe the link is old or has a typing mistake.")).toBeTruthy();
    expect(screen.getAllByText("Data sources").length).toBeGreaterThan(0);
  });
});
