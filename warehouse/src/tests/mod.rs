//! The warehouse on a real Postgres: any order, overlap, repetition and crash of its steps gives the same figures.

mod fixture;
mod landing;
