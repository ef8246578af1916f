import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { LOGIN, problem } from "@/testing/fake-api/fake-api.ts";
import { renderApp } from "@/testing/render-app.tsx";

async function fillIn(user: Awaited<ReturnType<typeof renderApp>>["user"], password: string) {
  await user.type(await screen.findByLabelText("Email"), LOGIN.email);
  await user.type(screen.getByLabelText("Mật khẩu"), password);
  await user.click(screen.getByRole("button", { name: "Đăng nhập" }));
}

describe("the session", () => {
  it("begins with a login that leads to where one wanted to go", async () => {
    const { user, location } = await renderApp("/sources", { signedIn: false });
    await fillIn(user, LOGIN.password);
    expect(await screen.findByText("Mọi kết nối đều hoạt động tốt")).toBeTruthy();
    expect(location().pathname).toBe("/sources");
  });

  it("does not begin with a wrong password, and says so", async () => {
    const { user, location } = await renderApp("/login", { signedIn: false });
    await fillIn(user, "wrong");
    expect(await screen.findByText("Email hoặc mật khẩu không đúng. Hãy kiểm tra và thử lại.")).toBeTruthy();
    expect(location().pathname).toBe("/login");
  });

  it("says how long to wait after too many attempts", async () => {
    const { user } = await renderApp("/login", { signedIn: false });
    await fillIn(user, "too-often");
    expect(await screen.findByText(/Hãy thử lại sau 4 phút/)).toBeTruthy();
  });

  it("that ends at work leads to the login and back", async () => {
    const { browser, user, location } = await renderApp("/sources");
    await screen.findByText("Mọi kết nối đều hoạt động tốt");
    browser.loseSession();
    const [overview] = screen.getAllByText("Tổng quan");
    if (overview) await user.click(overview);
    expect(await screen.findByText(/Phiên làm việc đã hết hạn/)).toBeTruthy();
    expect(location().search).toMatchObject({ reason: "expired", next: "/" });
  });

  it("moves to another organization and shows nothing of the first", async () => {
    const { user } = await renderApp("/sources");
    await screen.findByText("google-ads");
    const [menu] = screen.getAllByText("Cà phê Sông Hàn");
    if (menu) await user.click(menu);
    await user.click(await screen.findByText("Nước mắm Phú Quốc Hải Nguyên"));
    expect(await screen.findByText("Chưa có kênh nào được kết nối")).toBeTruthy();
    expect(screen.queryByText("google-ads")).toBeNull();
  });
});

describe("trouble", () => {
  it("with the database is said in words and heals on trying again", async () => {
    const { browser, user } = await renderApp("/sources");
    browser.interruption = (request) => (request.url.includes("/overview") ? problem(503, "database_unavailable") : undefined);
    await screen.findByText("Mọi kết nối đều hoạt động tốt");
    const [overview] = screen.getAllByText("Tổng quan");
    if (overview) await user.click(overview);
    expect(await screen.findByText("Dịch vụ đang tạm gián đoạn")).toBeTruthy();
    browser.interruption = undefined;
    await user.click(screen.getByText("Thử lại"));
    await waitFor(() => expect(document.querySelector('[data-kpi="spend"] data')).toBeTruthy());
  });
});
