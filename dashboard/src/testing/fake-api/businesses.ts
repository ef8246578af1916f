import type { Business } from "./business.ts";
import { coffeeRoaster } from "./coffee-roaster.ts";
import { pottery } from "./pottery.ts";

/** A business that has just begun. */
const fishSauce: Business = {
  role: "ceo",
  organization: {
    ...coffeeRoaster.organization,
    id: "6f3c1b52-0f5e-4c6e-9a51-1f0f6f6f0003",
    displayName: "Nước mắm Phú Quốc Hải Nguyên",
  },
  connections: [],
};

/** Three customers: one that thrives, one with every kind of trouble, one that has just begun. */
export const BUSINESSES: readonly Business[] = [coffeeRoaster, pottery, fishSauce];
