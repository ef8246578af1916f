import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Schemas } from "@/lib/api/client.ts";
import { dataSource } from "@/testing/fake-api/connections.ts";
import { pottery } from "@/testing/fake-api/pottery.ts";
import { renderApp, type Interruption } from "@/testing/render-app.tsx";

const answerSources =
  (dataSources: Schemas["DataSource"][]): Interruption =>
  (request) =>
    request.url.endsWith("/sources") ? Response.json({ dataSources, now: new Date().toISOString() }) : undefined;

const cardOf = async (name: string) => {
  const heading = await screen.findByRole("heading", { name });
  return within(heading.closest("section") as HTMLElement);
};

describe("data sources", () => {
  it("say what is wrong and what to do, with the API's own sentence behind it", async () => {
    await renderApp("/sources", { interruption: answerSources(pottery.connections.map(dataSource)) });
    expect(await screen.findByText("1 kết nối cần bạn xử lý")).toBeTruthy();
    const failing = await cardOf("google-ads-hoa-ky");
    expect(failing.getByText("Đang lỗi")).toBeTruthy();
    expect(failing.getAllByText("Quyền truy cập đã bị thu hồi").length).toBeGreaterThan(0);
    expect(failing.getByText(/Hãy nhờ đội vận hành kết nối lại/)).toBeTruthy();
    expect(failing.getAllByText(/invalid_grant/).length).toBeGreaterThan(0);
    const fresh = await cardOf("cua-hang-gom");
    expect(fresh.getByText("Hoạt động tốt")).toBeTruthy();
    expect(fresh.getByText("1 phút trước", { selector: "dl time" })).toBeTruthy();
    expect(fresh.getByText("15 phút một lần")).toBeTruthy();
    expect(fresh.getByText("1.284")).toBeTruthy();
    expect((await cardOf("website-moi")).getByText("Chờ đồng bộ lần đầu")).toBeTruthy();
  });

  it("say so where there is none", async () => {
    await renderApp("/sources", { locale: "en", interruption: answerSources([]) });
    expect(await screen.findByText("No data source yet")).toBeTruthy();
  });
});
