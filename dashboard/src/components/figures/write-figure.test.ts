import { describe, expect, it } from "vitest";
import { judge, tendency } from "./judgement.ts";
import { NOTHING, writeFigure, writeTick } from "./write-figure.ts";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("figures in words", () => {
  it("follow their unit", () => {
    const write = (unit: "money" | "count" | "ratio" | "percent", value: string | null, currency: string | null = null) =>
      plain(writeFigure({ unit, value, currency, locale: "vi" }));
    expect(write("money", "305369518", "VND")).toBe("305.369.518 ₫");
    expect(write("money", "12.5", "USD")).toBe("12,50 US$");
    expect(write("count", "4207")).toBe("4.207");
    expect(write("ratio", "5.812345")).toBe("5,81");
    expect(write("percent", "0.041")).toBe("4,1%");
    expect(write("money", null, "VND")).toBe(NOTHING);
    expect(write("count", "not a number")).toBe(NOTHING);
  });

  it("shorten on axes and leave the currency to the heading", () => {
    expect(plain(writeTick(35_000_000, "money", "vi"))).toBe("35 tr");
    expect(writeTick(0.05, "percent", "vi")).toBe("5%");
    expect(writeTick(2_500, "count", "vi")).toBe("2,5 nghìn");
    expect(writeTick(0.1 + 0.2, "ratio", "en")).toBe("0.30");
  });
});

describe("good and bad news", () => {
  it("depend on which way is good", () => {
    expect(judge("0.1", "up_is_good")).toBe("good");
    expect(judge("-0.1", "up_is_good")).toBe("bad");
    expect(judge("-0.1", "down_is_good")).toBe("good");
    expect(judge("0.1", "down_is_good")).toBe("bad");
    expect(judge("0.1", "neutral")).toBe("neutral");
  });

  it("are none where the change is written as 0%", () => {
    expect(tendency("0.0004")).toBe("flat");
    expect(tendency("-0.0006")).toBe("down");
    expect(judge("-0.0001", "up_is_good")).toBe("neutral");
  });
});
