"use strict";

// Numbers, quantities and money as people write them; quantities and money come in 1/1000.

const MINUS = "−";

function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** 1234 -> "1,234" */
function count(number) {
  return (number < 0 ? MINUS : "") + grouped(Math.abs(Math.round(number)));
}

/** Exactly, to the thousandth: 1234500 -> "1,234.5 kg" */
function exact(milli, unit) {
  const size = Math.abs(milli);
  const places = String(size % 1000).padStart(3, "0").replace(/0+$/, "");
  const sign = milli < 0 ? MINUS : "";
  return `${sign}${grouped(Math.floor(size / 1000))}${places ? "." + places : ""} ${unit}`;
}

/** The same with a plus where it adds. */
function signedExact(milli, unit) {
  return (milli > 0 ? "+" : "") + exact(milli, unit);
}

/** In a unit and with as many places as a person would read: 3240000000 g -> "3,240 kg" */
function quantity(milli, unit) {
  const large = Math.abs(milli) >= 10_000_000;
  const [size, symbol] = large && unit === "g" ? [milli / 1e6, "kg"]
    : large && unit === "ml" ? [milli / 1e6, "l"]
    : [milli / 1000, unit];
  const places = Math.abs(size) >= 100 || (Math.abs(size) >= 10 && symbol === "pcs") ? 0
    : Math.abs(size) >= 10 ? 1 : Number.isInteger(size) ? 0 : 2;
  const [whole, part] = Math.abs(size).toFixed(places).split(".");
  return `${size < 0 ? MINUS : ""}${grouped(whole)}${part ? "." + part : ""} ${symbol}`;
}

const CURRENCIES = { GBP: "£", EUR: "€", USD: "$" };

/** With pence only where they count: 3400490 GBP -> "£3,400" */
function money(milli, currency) {
  const size = Math.abs(milli) / 1000;
  const [whole, part] = size.toFixed(size >= 99.995 ? 0 : 2).split(".");
  const amount = grouped(whole) + (part ? "." + part : "");
  const sign = milli < 0 && Number(size.toFixed(2)) > 0 ? MINUS : "";
  if (!currency) return sign + amount;
  const symbol = CURRENCIES[currency];
  return symbol ? sign + symbol + amount : `${sign}${amount} ${currency}`;
}

/** A share of 1000 as a chance. */
function chance(perMille) {
  if (perMille === 0) return "0 %";
  if (perMille < 10) return "under 1 %";
  if (perMille > 990 && perMille < 1000) return "over 99 %";
  return `${Math.round(perMille / 10)} %`;
}

/** How far `now` is from `last`: "+4.2 %". */
function change(now, last) {
  if (last < 0) return "first plan";
  if (last === 0) return now === 0 ? "unchanged" : "new need";
  const perMille = Math.round(Math.abs(now - last) * 1000 / last);
  if (perMille === 0) return "unchanged";
  const sign = now < last ? MINUS : "+";
  return perMille < 100 ? `${sign}${(perMille / 10).toFixed(1)} %` : `${sign}${grouped(Math.round(perMille / 10))} %`;
}
