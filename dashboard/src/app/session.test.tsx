import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { LOGIN, problem } from "@/testing/fake-api/fake-api.ts";
import { type Interruption, renderApp } from "@/testing/render-app.tsx";

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

describe("a session that ended while nobody looked", () => {
  it("leads to the login and back when the page is looked at again", async () => {
    const { browser, location, returnToPage } = await renderApp("/sources?range=today");
    await screen.findByText("Mọi kết nối đều hoạt động tốt");
    browser.loseSession();
    // Only the session's own question is answered: nothing else says that it is over.
    browser.interruption = (request) => (request.url.endsWith("/session") ? undefined : problem(503, "database_unavailable"));
    returnToPage();
    expect(await screen.findByText(/Phiên làm việc đã hết hạn/)).toBeTruthy();
    expect(location().search).toMatchObject({ reason: "expired", next: "/sources?range=today" });
  });

  it("is not taken for ended when a request was refused that still named the one before a switch", async () => {
    const { browser, queryClient, location } = await renderApp("/sources");
    await screen.findByText("Mọi kết nối đều hoạt động tốt");
    let refused = 0;
    browser.interruption = (request) =>
      request.url.endsWith("/sources") && refused++ === 0 ? problem(401, "not_signed_in") : undefined;
    const sources = { predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[1] === "sources" };
    await queryClient.refetchQueries(sources);
    await waitFor(() => expect(browser.requests.at(-1)).toBe("GET /api/v1/session"));
    await queryClient.refetchQueries(sources);
    expect(refused).toBe(2);
    expect(location().pathname).toBe("/sources");
    expect(await screen.findByText("Mọi kết nối đều hoạt động tốt")).toBeTruthy();
  });

  it("is not kept alive by an open page: only a timer's questions say that a timer asks", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { browser, returnToPage } = await renderApp("/sources");
    await screen.findByText("Mọi kết nối đều hoạt động tốt");
    const asked = () => browser.sent.filter((request) => request.url.endsWith("/sources"));
    const background = () => asked().map((request) => request.headers.get("X-Dpo-Background"));
    expect(background()).toEqual([null]);
    await vi.advanceTimersByTimeAsync(31_000);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(background()).toEqual([null, "true", "true"]);
    returnToPage();
    await vi.waitFor(() => expect(background()).toEqual([null, "true", "true", null]), { timeout: 20_000 });
    vi.useRealTimers();
  });
});

describe("failures that no place of the page shows", () => {
  const refuse =
    (method: string): Interruption =>
    (request) =>
      request.method === method ? problem(503, "database_unavailable") : undefined;

  it("are said when signing out fails, which then still works", async () => {
    const { browser, user, location } = await renderApp("/sources");
    await screen.findByText("Mọi kết nối đều hoạt động tốt");
    browser.interruption = refuse("DELETE");
    const signOut = async () => {
      const [menu] = screen.getAllByText("Tài khoản và cài đặt:");
      if (menu) await user.click(menu);
      await user.click(await screen.findByText("Đăng xuất"));
    };
    await signOut();
    expect(await screen.findByText(/Bạn vẫn đang đăng nhập/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Đóng" }));
    expect(screen.queryByText(/Bạn vẫn đang đăng nhập/)).toBeNull();
    browser.interruption = undefined;
    await signOut();
    await waitFor(() => expect(location().pathname).toBe("/login"));
    expect(location().search).toEqual({});
  });

  it("are said when switching the organization fails", async () => {
    const { browser, user } = await renderApp("/sources");
    await screen.findByText("google-ads");
    browser.interruption = refuse("PUT");
    const [menu] = screen.getAllByText("Cà phê Sông Hàn");
    if (menu) await user.click(menu);
    await user.click(await screen.findByText("Nước mắm Phú Quốc Hải Nguyên"));
    expect(await screen.findByText(/Không đổi được doanh nghiệp/)).toBeTruthy();
    expect(screen.getAllByText("google-ads").length).toBeGreaterThan(0);
  });

  it("are said above figures that cannot be refreshed", async () => {
    const { browser, view, queryClient, user } = await renderApp("/");
    await waitFor(() => expect(view.container.querySelector('[data-kpi="spend"] data')).toBeTruthy());
    browser.interruption = (request) => (request.url.includes("/overview") ? problem(500, "internal") : undefined);
    void queryClient.refetchQueries();
    expect(await screen.findByText(/trang vẫn tiếp tục thử cập nhật/)).toBeTruthy();
    expect(view.container.querySelector('[data-kpi="spend"] data')).toBeTruthy();
    browser.interruption = undefined;
    await user.click(screen.getByText("Thử lại"));
    await waitFor(() => expect(screen.queryByText(/trang vẫn tiếp tục thử cập nhật/)).toBeNull());
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
