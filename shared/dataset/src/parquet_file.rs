//! Reading and writing one table as Parquet, without Arrow.

use std::fmt;
use std::fs::File;
use std::io::Write;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use csv::StringRecord;
use domain::{Code, Date};
use jiff::civil::date;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::Field as ParquetField;
use parquet::schema::types::Type;

use crate::WriteError;
use crate::cell::{Cell, Kind};
use crate::csv_file::{self, Extra, Reading};
use crate::files::Body;
use crate::table::{Cells, Presence, Table};

const ROW_GROUP: usize = 131_072;
const EPOCH: Date = date(1970, 1, 1);

/// As [`csv_file::scan`](crate::csv_file::scan), for Parquet: each row's values become the texts that CSV would hold.
pub(crate) fn scan(
    body: &Body,
    extra: &[&str],
    reading: &mut Reading<'_>,
    visit: &mut dyn FnMut(u64, &mut Cells<'_>, Extra<'_>) -> bool,
) -> bool {
    // The decoder panics on some damaged files; a damaged file must end as a finding like any other.
    let walked = catch_unwind(AssertUnwindSafe(|| walk(body, extra, reading, visit)));
    let remedy = "write the file again; was it cut off?";
    match walked {
        Ok(Ok(None)) => false,
        Ok(Ok(Some(any))) => {
            if !any && reading.schema.presence == Presence::Required {
                reading.refuse(
                    Code::E106,
                    None,
                    "the file has no rows".to_owned(),
                    "add rows",
                );
            }
            true
        }
        Ok(Err(error)) => {
            let message = format!("the file is not readable Parquet: {error}");
            reading.refuse(Code::E105, None, message, remedy);
            false
        }
        Err(_) => {
            reading.refuse(
                Code::E105,
                None,
                "the file is damaged Parquet".to_owned(),
                remedy,
            );
            false
        }
    }
}

/// Offers every row; gives whether there was any, and `None` when the file lacks columns.
fn walk(
    body: &Body,
    extra: &[&str],
    reading: &mut Reading<'_>,
    visit: &mut dyn FnMut(u64, &mut Cells<'_>, Extra<'_>) -> bool,
) -> Result<Option<bool>, String> {
    let reader = open(body)?;
    let fields = reader
        .metadata()
        .file_metadata()
        .schema()
        .get_fields()
        .to_vec();
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let Some(places) = reading.place(&names, extra) else {
        return Ok(None);
    };
    let extra_places = csv_file::places_of(&names, extra);
    let mut rows = 0u64;
    let mut record = StringRecord::new();
    for row in reader
        .get_row_iter(None)
        .map_err(|error| error.to_string())?
    {
        let row = row.map_err(|error| format!("row {}: {error}", rows + 1))?;
        rows += 1;
        record.clear();
        for (_, value) in row.get_column_iter() {
            record.push_field(&text(value));
        }
        let mut cells = Cells::new(&record, &places, reading.schema.columns);
        if !visit(rows, &mut cells, &csv_file::texts(&record, &extra_places)) {
            reading.lose_cells(rows, cells);
        }
    }
    Ok(Some(rows > 0))
}

fn open(body: &Body) -> Result<Box<dyn FileReader>, String> {
    let error = |error: parquet::errors::ParquetError| error.to_string();
    Ok(match body {
        Body::Bytes(bytes) => {
            Box::new(SerializedFileReader::<Bytes>::new(bytes.clone()).map_err(error)?)
        }
        Body::File(handle) => {
            let handle = handle.try_clone().map_err(|error| error.to_string())?;
            Box::new(SerializedFileReader::<File>::new(handle).map_err(error)?)
        }
    })
}

fn text(value: &ParquetField) -> String {
    match value {
        ParquetField::Null => String::new(),
        ParquetField::Bool(flag) => u8::from(*flag).to_string(),
        ParquetField::Str(text) => text.clone(),
        ParquetField::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        ParquetField::Float(number) => decimal_text(f64::from(*number)),
        ParquetField::Double(number) => decimal_text(*number),
        ParquetField::Date(days) => jiff::Span::new()
            .try_days(i64::from(*days))
            .and_then(|span| EPOCH.checked_add(span))
            .map_or_else(|_| format!("day {days}"), |date| date.to_string()),
        ParquetField::TimestampMillis(millis) => jiff::Timestamp::from_millisecond(*millis)
            .map_or_else(|_| millis.to_string(), |time| time.to_string()),
        ParquetField::TimestampMicros(micros) => jiff::Timestamp::from_microsecond(*micros)
            .map_or_else(|_| micros.to_string(), |time| time.to_string()),
        other => {
            let text = other.to_string();
            if text.contains('.')
                && text
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b == b'.' || b == b'-')
            {
                return trim_zeros(&text).to_owned();
            }
            text
        }
    }
}

fn decimal_text(number: f64) -> String {
    let text = format!("{number:.6}");
    if number.is_finite() {
        trim_zeros(&text).to_owned()
    } else {
        text
    }
}

fn trim_zeros(text: &str) -> &str {
    text.trim_end_matches('0').trim_end_matches('.')
}

enum Values {
    Text(Vec<ByteArray>),
    Days(Vec<i32>),
    Whole(Vec<i64>),
}

struct ColumnValues {
    values: Values,
    /// 1 where there is a value, 0 where there is none; empty for a required column.
    levels: Vec<i16>,
    required: bool,
}

impl ColumnValues {
    fn new(column: &crate::Column) -> Self {
        let values = match column.kind {
            Kind::Text => Values::Text(Vec::new()),
            Kind::Date => Values::Days(Vec::new()),
            Kind::Integer | Kind::Decimal | Kind::Timestamp => Values::Whole(Vec::new()),
        };
        Self {
            values,
            levels: Vec::new(),
            required: column.required,
        }
    }

    fn push(&mut self, cell: &Cell<'_>) {
        if !self.required {
            self.levels.push(i16::from(*cell != Cell::Empty));
        }
        match (&mut self.values, cell) {
            (Values::Text(values), Cell::Text(text)) => values.push(ByteArray::from(text.as_ref())),
            (Values::Days(values), Cell::Date(date)) => values.push((*date - EPOCH).get_days()),
            (Values::Whole(values), Cell::Integer(number)) => values.push(*number),
            (Values::Whole(values), Cell::Decimal(number)) => values.push(number.millionths()),
            (Values::Whole(values), Cell::Timestamp(time)) => values.push(time.as_microsecond()),
            _ => {}
        }
    }

    fn clear(&mut self) {
        self.levels.clear();
        match &mut self.values {
            Values::Text(values) => values.clear(),
            Values::Days(values) => values.clear(),
            Values::Whole(values) => values.clear(),
        }
    }
}

/// Writes rows as Parquet (zstd) as they come, in row groups of 131,072: as many are held in memory.
///
/// The bytes depend on the rows alone: no time, no host.
pub struct ParquetWriter<T, W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<ColumnValues>,
    rows: usize,
    of: PhantomData<fn(T)>,
}

impl<T, W: Write + Send> fmt::Debug for ParquetWriter<T, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetWriter")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl<T: Table, W: Write + Send> ParquetWriter<T, W> {
    /// A file without rows yet.
    ///
    /// # Errors
    /// [`WriteError`] when the sink refuses.
    pub fn new(sink: W) -> Result<Self, WriteError> {
        let fields: Result<Vec<_>, _> = T::SCHEMA
            .columns
            .iter()
            .map(|column| parquet_type(column).map(Arc::new))
            .collect();
        let schema = Type::group_type_builder(T::SCHEMA.name)
            .with_fields(fields?)
            .build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_created_by("larder".to_owned())
            .build();
        Ok(Self {
            writer: SerializedFileWriter::new(sink, Arc::new(schema), Arc::new(properties))?,
            columns: T::SCHEMA.columns.iter().map(ColumnValues::new).collect(),
            rows: 0,
            of: PhantomData,
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`WriteError`] when the sink refuses.
    pub fn push(&mut self, row: &T) -> Result<(), WriteError> {
        let mut cells = Vec::with_capacity(self.columns.len());
        row.cells(&mut cells);
        for (column, cell) in self.columns.iter_mut().zip(&cells) {
            column.push(cell);
        }
        self.rows += 1;
        if self.rows == ROW_GROUP {
            self.close_group()?;
        }
        Ok(())
    }

    /// Ends the file and gives the sink back.
    ///
    /// # Errors
    /// [`WriteError`] when the sink refuses.
    pub fn finish(mut self) -> Result<W, WriteError> {
        if self.rows > 0 {
            self.close_group()?;
        }
        Ok(self.writer.into_inner()?)
    }

    fn close_group(&mut self) -> Result<(), WriteError> {
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut sink) = group.next_column()? else {
                break;
            };
            let levels = (!column.required).then_some(column.levels.as_slice());
            match &column.values {
                Values::Text(values) => {
                    sink.typed::<ByteArrayType>()
                        .write_batch(values, levels, None)?;
                }
                Values::Days(values) => {
                    sink.typed::<Int32Type>()
                        .write_batch(values, levels, None)?;
                }
                Values::Whole(values) => {
                    sink.typed::<Int64Type>()
                        .write_batch(values, levels, None)?;
                }
            }
            sink.close()?;
            column.clear();
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

fn parquet_type(column: &crate::Column) -> Result<Type, parquet::errors::ParquetError> {
    let repetition = if column.required {
        Repetition::REQUIRED
    } else {
        Repetition::OPTIONAL
    };
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (Physical::INT64, None),
        Kind::Decimal => (Physical::INT64, Some(LogicalType::decimal(6, 18))),
        Kind::Date => (Physical::INT32, Some(LogicalType::Date)),
        Kind::Timestamp => (
            Physical::INT64,
            Some(LogicalType::timestamp(true, TimeUnit::MICROS)),
        ),
    };
    let builder = Type::primitive_type_builder(column.name, physical).with_repetition(repetition);
    let builder = match column.kind {
        Kind::Decimal => builder.with_precision(18).with_scale(6),
        _ => builder,
    };
    builder.with_logical_type(logical).build()
}
